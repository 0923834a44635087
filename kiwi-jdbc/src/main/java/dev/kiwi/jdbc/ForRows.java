package dev.kiwi.jdbc;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A statement for many rows. Its template says where each column of theirs goes:
 * <code>{name:kind}</code>; what it inserts stands between <code>{values}</code> and
 * <code>{end_values}</code>, and an update has <code>{from_rows}</code> before its
 * condition.
 *
 * @param text the statement
 * @param columns of the rows, in the order in which they are bound
 * @param isOne whether it takes the rows together, as one array for each column, and an
 * update tells the ordinals of those that it found; else it is run for each of them
 */
record ForRows(String text, List<Column> columns, boolean isOne) {

	/**
	 * A column of the rows.
	 */
	record Column(String name, Kind kind) {

		static Column of(String name, String kind) {
			return new Column(name, Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
		}

		/** The column in a statement. */
		String in(Dialect dialect) {
			String value = dialect.column(this.name);
			return (this.kind == Kind.FROM_NOW) ? dialect.fromNow().replace("?", value) : value;
		}

		/** Its values in some rows. */
		@Nullable Object[] of(List<@Nullable Object[]> rows, int index) {
			@Nullable Object[] values = (@Nullable Object[]) Array.newInstance(this.kind.type, rows.size());
			for (int row = 0; row < values.length; row++) {
				Object value = rows.get(row)[index];
				values[row] = (value instanceof Number number) ? Long.valueOf(number.longValue()) : value;
			}
			return values;
		}

	}

	/**
	 * What a column holds.
	 */
	enum Kind {

		TEXT("varchar", String.class),

		BYTES("bytea", byte[].class),

		NUMBER("bigint", Long.class),

		/** So many milliseconds from now. */
		FROM_NOW("bigint", Long.class),

		FLAG("bool", Boolean.class);

		private final String word;

		private final Class<?> type;

		Kind(String word, Class<?> type) {
			this.word = word;
			this.type = type;
		}

		/** Its name in the database. */
		String word() {
			return this.word;
		}

	}

}
