/**
 * An application that uses Kiwi.
 */
@NullMarked
package dev.kiwi.sample;

import org.jspecify.annotations.NullMarked;
