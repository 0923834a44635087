/**
 * Rounds, goals, and what is written about them.
 */
@NullMarked
package dev.kiwi.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
