package dev.kiwi.jdbc;

import java.lang.reflect.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A statement for many rows. Its template says where each column of theirs goes:
 * <code>{name:kind}</code>; what it inserts stands between <code>{values}</code> and
 * <code>{end_values}</code>, and an update has <code>{from_rows}</code> before its
 * condition.
 *
 * @param text the statement
 * @param columns of the rows, in the order in which they are bound
 * @param isOne whether it takes the rows together, and an update tells the ordinals of
 * those that it found; else it is run for each of them
 */
record ForRows(String text, List<Column> columns, boolean isOne) {

	/** No columns in which rows are alike. */
	static final BitSet NONE = new BitSet(0);

	/**
	 * The columns in which some rows are alike; not all of them, where there are several.
	 */
	static BitSet alike(List<@Nullable Object[]> rows) {
		@Nullable Object[] first = rows.get(0);
		BitSet alike = new BitSet(first.length);
		for (int index = 0; index < first.length; index++) {
			int column = index;
			alike.set(index, rows.stream().allMatch((row) -> Objects.equals(row[column], first[column])));
		}
		if (rows.size() > 1 && alike.cardinality() == first.length) {
			alike.clear(0);
		}
		return alike;
	}

	/**
	 * What a statement is given that takes the rows together: what they have in common,
	 * and then an array for each other column.
	 */
	@Nullable Object[] parameters(Connection connection, List<@Nullable Object[]> rows) throws SQLException {
		List<@Nullable Object> common = new ArrayList<>();
		List<Object> arrays = new ArrayList<>();
		for (int index = 0; index < this.columns.size(); index++) {
			Column column = this.columns.get(index);
			if (column.alike()) {
				common.add(column.of(rows.get(0)[index]));
			}
			else {
				arrays.add(connection.createArrayOf(column.kind().word(), column.of(rows, index)));
			}
		}
		common.addAll(arrays);
		return common.toArray();
	}

	/**
	 * A column of the rows.
	 *
	 * @param alike whether all rows have the same in it
	 */
	record Column(String name, Kind kind, boolean alike) {

		static Column of(String name, String kind, boolean alike) {
			return new Column(name, Kind.valueOf(kind.toUpperCase(Locale.ROOT)), alike);
		}

		/** The column in a statement. */
		String in(Dialect dialect) {
			String value = dialect.column(this.name);
			return (this.kind == Kind.FROM_NOW) ? dialect.fromNow().replace("?", value) : value;
		}

		private static @Nullable Object of(@Nullable Object value) {
			return (value instanceof Number number) ? Long.valueOf(number.longValue()) : value;
		}

		/** Its values in some rows. */
		private @Nullable Object[] of(List<@Nullable Object[]> rows, int index) {
			@Nullable Object[] values = (@Nullable Object[]) Array.newInstance(this.kind.type, rows.size());
			for (int row = 0; row < values.length; row++) {
				values[row] = of(rows.get(row)[index]);
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
