package dev.kiwi.amqp.kiwipy;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A text that is there as a whole. SnakeYAML's own reader copies what it has of a word
 * again for each further kilobyte, and takes minutes for a long one.
 */
final class WholeText extends StreamReader {

	private static final String LINE_BREAKS = "\n\u0085\u2028\u2029";

	private static final char BYTE_ORDER_MARK = '\ufeff';

	private final int[] text;

	private int index;

	private int documentIndex;

	private int line;

	private int column;

	WholeText(String text) {
		super("");
		this.text = text.codePoints().toArray();
		for (int position = 0; position < this.text.length; position++) {
			if (!isPrintable(this.text[position])) {
				throw new YAMLException(
						String.format("U+%04X at %d may only be written as an escape", this.text[position], position));
			}
		}
	}

	@Override
	public Mark getMark() {
		return new Mark("body", this.index, this.line, this.column, this.text, this.index);
	}

	@Override
	public void forward() {
		forward(1);
	}

	@Override
	public void forward(int length) {
		for (int count = 0; count < length && this.index < this.text.length; count++) {
			int passed = this.text[this.index++];
			this.documentIndex++;
			if (LINE_BREAKS.indexOf(passed) >= 0 || (passed == '\r' && peek() != '\n')) {
				this.line++;
				this.column = 0;
			}
			else if (passed != BYTE_ORDER_MARK) {
				this.column++;
			}
		}
	}

	@Override
	public int peek() {
		return peek(0);
	}

	@Override
	public int peek(int ahead) {
		return (this.index + ahead < this.text.length) ? this.text[this.index + ahead] : '\0';
	}

	@Override
	public String prefix(int length) {
		return new String(this.text, this.index, Math.min(length, this.text.length - this.index));
	}

	/** Of what has no line break. */
	@Override
	public String prefixForward(int length) {
		String prefix = prefix(length);
		this.index += length;
		this.documentIndex += length;
		this.column += length;
		return prefix;
	}

	@Override
	public int getColumn() {
		return this.column;
	}

	@Override
	public int getDocumentIndex() {
		return this.documentIndex;
	}

	@Override
	public void resetDocumentIndex() {
		this.documentIndex = 0;
	}

	@Override
	public int getIndex() {
		return this.index;
	}

	@Override
	public int getLine() {
		return this.line;
	}

}
