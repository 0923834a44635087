package dev.kiwi.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements in one database's words: {@code {now}} and its like are the dialect's,
 * {@code {task}} and any other word is the table of that name. In a statement for many
 * rows, <code>{body:bytes}</code> is a column of theirs, see {@link ForRows}.
 */
final class Sql {

	private static final Pattern WORD = Pattern.compile("\\{([a-z_]+)}");

	private static final Pattern COLUMN = Pattern.compile("\\{([a-z_]+):([a-z_]+)}");

	private final Dialect dialect;

	private final String prefix;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	private final Map<Rows, ForRows> forRows = new ConcurrentHashMap<>();

	Sql(Dialect dialect, String prefix) {
		this.dialect = dialect;
		this.prefix = prefix;
	}

	Dialect dialect() {
		return this.dialect;
	}

	String of(String template) {
		String text = this.texts.get(template);
		return (text != null) ? text : this.texts.computeIfAbsent(template, this::written);
	}

	String updating(String template, String columns) {
		String text = this.texts.get(template);
		return (text != null) ? text
				: this.texts.computeIfAbsent(template, (key) -> this.dialect.updating(written(key), columns));
	}

	String deleting(String template, String columns) {
		String text = this.texts.get(template);
		return (text != null) ? text
				: this.texts.computeIfAbsent(template, (key) -> this.dialect.deleting(written(key), columns));
	}

	/**
	 * The statement for rows.
	 * @param alike the columns in which they are alike
	 */
	ForRows forRows(String template, BitSet alike) {
		Rows key = new Rows(template, alike);
		ForRows statement = this.forRows.get(key);
		return (statement != null) ? statement : this.forRows.computeIfAbsent(key, this::writtenForRows);
	}

	private ForRows writtenForRows(Rows rows) {
		List<ForRows.Column> columns = new ArrayList<>();
		String text = COLUMN.matcher(rows.template()).replaceAll((match) -> {
			ForRows.Column column = ForRows.Column.of(match.group(1), match.group(2), rows.alike().get(columns.size()));
			columns.add(column);
			return Matcher.quoteReplacement(column.in(this.dialect));
		});
		return this.dialect.forRows(written(text), columns);
	}

	private String written(String template) {
		return WORD.matcher(template).replaceAll((match) -> Matcher.quoteReplacement(word(match.group(1)))).strip();
	}

	private String word(String word) {
		return switch (word) {
			case "now" -> this.dialect.now();
			case "statement_now" -> this.dialect.statementNow();
			case "from_now" -> this.dialect.fromNow();
			case "from_statement" -> this.dialect.fromStatement();
			case "picked" -> this.dialect.picked();
			case "end_picked" -> this.dialect.endPicked();
			case "values", "end_values", "from_rows" -> '{' + word + '}';
			case "skip_locked" -> this.dialect.skipLocked();
			case "unless_there" -> this.dialect.unlessThere();
			default -> this.prefix + word;
		};
	}

	private record Rows(String template, BitSet alike) {
	}

}
