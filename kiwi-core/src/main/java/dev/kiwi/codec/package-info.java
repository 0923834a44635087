/**
 * How payloads become bytes and bytes payloads of a declared type.
 */
@NullMarked
package dev.kiwi.codec;

import org.jspecify.annotations.NullMarked;
