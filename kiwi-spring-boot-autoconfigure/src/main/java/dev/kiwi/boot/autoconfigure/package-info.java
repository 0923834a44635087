/**
 * Auto-configuration of Kiwi in a Spring Boot application.
 */
@NullMarked
package dev.kiwi.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
