/**
 * The contract every transport must fulfil, and fixtures for testing one.
 */
@NullMarked
package dev.kiwi.test;

import org.jspecify.annotations.NullMarked;
