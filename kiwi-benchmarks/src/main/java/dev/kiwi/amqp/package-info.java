/**
 * Microbenchmarks of what is of no concern outside of its package.
 */
@NullMarked
package dev.kiwi.amqp;

import org.jspecify.annotations.NullMarked;
