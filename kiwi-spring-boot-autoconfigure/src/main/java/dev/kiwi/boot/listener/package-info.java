/**
 * Annotated bean methods as subscribers, for any Spring application: nothing here knows
 * Spring Boot.
 */
@NullMarked
package dev.kiwi.boot.listener;

import org.jspecify.annotations.NullMarked;
