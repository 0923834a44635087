package dev.kiwi.amqp.kiwipy;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * A list that Python sees as a tuple, and as which a Python tuple arrives where the
 * declared type leaves it open. Equal to any list of the same elements. Immutable.
 */
public final class Tuple extends AbstractList<@Nullable Object> {

	private final List<@Nullable Object> elements;

	private Tuple(List<? extends @Nullable Object> elements) {
		this.elements = Collections.unmodifiableList(new ArrayList<@Nullable Object>(elements));
	}

	/**
	 * A tuple.
	 * @param elements its elements
	 * @return the tuple
	 */
	public static Tuple of(@Nullable Object... elements) {
		return new Tuple(Arrays.asList(elements));
	}

	/**
	 * A tuple of what a list holds.
	 * @param elements the list
	 * @return the tuple
	 */
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public static Tuple copyOf(List<? extends @Nullable Object> elements) {
		return new Tuple(elements);
	}

	@Override
	public @Nullable Object get(int index) {
		return this.elements.get(index);
	}

	@Override
	public int size() {
		return this.elements.size();
	}

}
