package dev.kiwi.engine;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.chrono.ChronoLocalDate;
import java.util.List;
import java.util.UUID;

import dev.kiwi.TypeRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SharedBodiesTests {

	@Test
	void whatNobodyCanChangeIsShared() {
		assertThat(List.of(String.class, Integer.class, int.class, Boolean.class, DayOfWeek.class, UUID.class,
				Instant.class, Flat.class, Nested.class, Tree.class))
			.allMatch(SharedBodies::isShared);
	}

	@Test
	void whatSomebodyCouldChangeIsNot() {
		assertThat(List.of(Object.class, Number.class, BigDecimal.class, byte[].class, StringBuilder.class,
				ChronoLocalDate.class, List.class, new TypeRef<List<String>>() {
				}.type(), WithList.class, WithArray.class, Generic.class, new TypeRef<Generic<String>>() {
				}.type(), WithWithList.class))
			.noneMatch(SharedBodies::isShared);
	}

	record Flat(String text, int number, Instant at, DayOfWeek day) {
	}

	record Nested(Flat flat, double fraction) {
	}

	record Tree(@Nullable Tree left, @Nullable Tree right) {
	}

	record WithList(List<String> texts) {
	}

	record WithArray(int[] numbers) {
	}

	record WithWithList(Flat flat, WithList inner) {
	}

	record Generic<T>(T value) {
	}

}
