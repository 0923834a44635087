/**
 * The three annotations that make a bean method a subscriber. Nothing but the JDK is
 * needed to read them.
 */
package dev.kiwi.annotation;
