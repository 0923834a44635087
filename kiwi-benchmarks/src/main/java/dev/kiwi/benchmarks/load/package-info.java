/**
 * The shapes of load that every contender is put under.
 */
@NullMarked
package dev.kiwi.benchmarks.load;

import org.jspecify.annotations.NullMarked;
