package dev.kiwi.amqp.kiwipy;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lines and indentation as PyYAML's emitter keeps them.
 */
final class LineWriter {

	static final int STEP = 2;

	static final int WIDTH = 80;

	private static final int NONE = -1;

	private final StringBuilder text = new StringBuilder();

	private final Deque<Integer> indents = new ArrayDeque<>();

	private int indent = NONE;

	private int column;

	private boolean whitespace = true;

	private boolean indention = true;

	boolean isIndention() {
		return this.indention;
	}

	boolean isBeyondWidth(int more) {
		return this.column + more > WIDTH;
	}

	/** For a collection; the outermost one begins at the margin. */
	void increaseIndent(int step) {
		this.indents.push(this.indent);
		this.indent = (this.indent == NONE) ? 0 : this.indent + step;
	}

	/** For the further lines of a scalar. */
	void increaseScalarIndent() {
		this.indents.push(this.indent);
		this.indent = Math.max(this.indent, 0) + STEP;
	}

	void decreaseIndent() {
		this.indent = this.indents.pop();
	}

	void indicator(String indicator, boolean apart, boolean leavesWhitespace, boolean leavesIndention) {
		if (apart && !this.whitespace) {
			write(" ");
		}
		write(indicator);
		this.whitespace = leavesWhitespace;
		this.indention = this.indention && leavesIndention;
	}

	/** Goes to where the next item begins, on this line if nothing stands there yet. */
	void indent() {
		int wanted = Math.max(this.indent, 0);
		if (!this.indention || this.column > wanted || (this.column == wanted && !this.whitespace)) {
			lineBreak("\n");
		}
		if (this.column < wanted) {
			this.whitespace = true;
			write(" ".repeat(wanted - this.column));
		}
	}

	void lineBreak(String characters) {
		this.whitespace = true;
		this.indention = true;
		this.column = 0;
		this.text.append(characters);
	}

	/** Goes on in the middle of a scalar. */
	void resume() {
		this.whitespace = false;
		this.indention = false;
	}

	void space() {
		if (!this.whitespace) {
			write(" ");
		}
	}

	void write(String characters) {
		this.column += characters.codePointCount(0, characters.length());
		this.text.append(characters);
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
