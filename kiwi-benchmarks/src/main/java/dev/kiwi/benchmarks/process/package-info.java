/**
 * Rows that need processes of their own.
 */
@NullMarked
package dev.kiwi.benchmarks.process;

import org.jspecify.annotations.NullMarked;
