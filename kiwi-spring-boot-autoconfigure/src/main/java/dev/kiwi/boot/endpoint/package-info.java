/**
 * What operators see and do over HTTP.
 */
@NullMarked
package dev.kiwi.boot.endpoint;

import org.jspecify.annotations.NullMarked;
