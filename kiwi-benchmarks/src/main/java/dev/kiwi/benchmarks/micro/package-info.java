/**
 * Microbenchmarks.
 */
@NullMarked
package dev.kiwi.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
