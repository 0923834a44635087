/**
 * Kiwi beside the raw clients and its peers.
 */
@NullMarked
package dev.kiwi.benchmarks;

import org.jspecify.annotations.NullMarked;
