/**
 * Databases for tests.
 */
@NullMarked
package dev.kiwi.test.database;

import org.jspecify.annotations.NullMarked;
