/**
 * The physics of the sample: lowest-energy structures of Lennard-Jones clusters by basin
 * hopping. Knows nothing of messages.
 */
@NullMarked
package dev.kiwi.sample.cluster;

import org.jspecify.annotations.NullMarked;
