/**
 * Microbenchmarks of what is of no concern outside of its package.
 */
@NullMarked
package dev.kiwi.engine;

import org.jspecify.annotations.NullMarked;
