/**
 * Contenders on a database.
 */
@NullMarked
package dev.kiwi.benchmarks.database;

import org.jspecify.annotations.NullMarked;
