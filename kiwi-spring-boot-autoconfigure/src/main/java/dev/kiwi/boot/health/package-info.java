/**
 * Whether kiwi does what the application wants of it, for Actuator.
 */
@NullMarked
package dev.kiwi.boot.health;

import org.jspecify.annotations.NullMarked;
