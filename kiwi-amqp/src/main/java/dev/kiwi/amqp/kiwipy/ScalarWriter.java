package dev.kiwi.amqp.kiwipy;

/**
 * Writes one scalar, folding its lines where PyYAML does.
 */
final class ScalarWriter {

	private static final String ESCAPED = "\0\u0007\b\t\n\u000b\f\r\u001b\"\\\u0085\u00a0\u2028\u2029";

	private static final String ESCAPES = "0abtnvfre\"\\N_LP";

	private static final int END = -1;

	private final LineWriter out;

	private final int[] text;

	private final boolean folds;

	ScalarWriter(LineWriter out, String text, boolean folds) {
		this.out = out;
		this.text = text.codePoints().toArray();
		this.folds = folds;
	}

	/** Only of one line, and ASCII. */
	void plain() {
		if (this.text.length > 0) {
			this.out.space();
			this.out.resume();
			words(false);
		}
	}

	void singleQuoted() {
		this.out.indicator("'", true, false, false);
		words(true);
		this.out.indicator("'", false, false, false);
	}

	private void words(boolean quoted) {
		int start = 0;
		while (start < this.text.length) {
			int end = start;
			if (this.text[start] == ' ') {
				while (at(end) == ' ') {
					end++;
				}
				boolean inside = !quoted || (start != 0 && end != this.text.length);
				if (start + 1 == end && this.folds && this.out.isBeyondWidth(0) && inside) {
					this.out.indent();
					if (!quoted) {
						this.out.resume();
					}
				}
				else {
					write(start, end);
				}
			}
			else if (ScalarShape.isBreak(this.text[start])) {
				end = breaks(start);
				this.out.indent();
			}
			else {
				while (at(end) != END && at(end) != ' ' && !ScalarShape.isBreak(at(end))) {
					end++;
				}
				String word = new String(this.text, start, end - start);
				this.out.write(quoted ? word.replace("'", "''") : word);
			}
			start = end;
		}
	}

	/** One break alone would be read as a space. */
	private int breaks(int start) {
		if (this.text[start] == '\n') {
			this.out.lineBreak("\n");
		}
		int end = start;
		while (ScalarShape.isBreak(at(end))) {
			this.out.lineBreak(Character.toString(this.text[end]));
			end++;
		}
		return end;
	}

	void doubleQuoted() {
		this.out.indicator("\"", true, false, false);
		int start = 0;
		for (int end = 0; end <= this.text.length; end++) {
			int ch = at(end);
			if (ch < ' ' || ch > '~' || ch == '"' || ch == '\\') {
				write(start, end);
				start = end;
				if (ch != END) {
					this.out.write(escaped(ch));
					start = end + 1;
				}
			}
			if (0 < end && end < this.text.length - 1 && (ch == ' ' || start >= end)
					&& this.out.isBeyondWidth(end - start) && this.folds) {
				write(start, end);
				this.out.write("\\");
				start = Math.max(start, end);
				this.out.indent();
				this.out.resume();
				if (this.text[start] == ' ') {
					this.out.write("\\");
				}
			}
		}
		this.out.indicator("\"", false, false, false);
	}

	private static String escaped(int ch) {
		int index = ESCAPED.indexOf(ch);
		if (index >= 0) {
			return "\\" + ESCAPES.charAt(index);
		}
		return String.format((ch <= 0xff) ? "\\x%02X" : (ch <= 0xffff) ? "\\u%04X" : "\\U%08X", ch);
	}

	/** Of base 64, whose lines end with a break and begin with none. */
	void literal() {
		this.out.indicator("|", true, false, false);
		this.out.lineBreak("\n");
		int start = 0;
		while (start < this.text.length) {
			int end = start;
			while (at(end) != END && at(end) != '\n') {
				end++;
			}
			this.out.indent();
			write(start, end);
			this.out.lineBreak("\n");
			start = end + 1;
		}
	}

	private int at(int index) {
		return (index < this.text.length) ? this.text[index] : END;
	}

	private void write(int start, int end) {
		if (start < end) {
			this.out.write(new String(this.text, start, end - start));
		}
	}

}
