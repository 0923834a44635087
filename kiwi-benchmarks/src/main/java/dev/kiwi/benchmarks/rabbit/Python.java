package dev.kiwi.benchmarks.rabbit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;

import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.UnavailableException;

/**
 * kiwiPy or pika in a process of its own, which measures one thing when it is told to.
 */
final class Python implements Contender {

	/**
	 * The environment variable with the {@code src} directory of a checkout of kiwiPy.
	 */
	private static final String SOURCE = "KIWIPY_SOURCE";

	private final Process process;

	private final Writer commands;

	private final BufferedReader figures;

	private Python(Process process) {
		this.process = process;
		this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
		this.figures = process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Starts it.
	 * @param rabbit the broker
	 * @param what what it measures, as the script calls it
	 */
	static Python open(Rabbit rabbit, String what) throws Exception {
		String source = System.getenv(SOURCE);
		if (source == null) {
			throw new UnavailableException("set " + SOURCE + " to the directory src of a checkout of kiwiPy");
		}
		Path script = Files.createTempFile("kiwipy", ".py");
		try (InputStream text = Objects.requireNonNull(Python.class.getResourceAsStream("/kiwipy.py"))) {
			Files.copy(text, script, StandardCopyOption.REPLACE_EXISTING);
		}
		script.toFile().deleteOnExit();
		ProcessBuilder builder = new ProcessBuilder("/usr/bin/python3", script.toString(),
				rabbit.broker().uri().toString(), what)
			.redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")));
		builder.environment().put("PYTHONPATH", source);
		Python python = new Python(builder.start());
		if (!"ready".equals(python.figures.readLine())) {
			throw new UnavailableException("needs python3-pika, python3-aio-pika, python3-pytray, "
					+ "python3-shortuuid, python3-deprecation, python3-msgpack and python3-yaml");
		}
		return python;
	}

	@Override
	public double measure(Duration length) throws Exception {
		this.commands.write(length.toMillis() / 1e3 + "\n");
		this.commands.flush();
		String figure = this.figures.readLine();
		if (figure == null) {
			throw new IOException("Python has ended with " + this.process.waitFor());
		}
		return Double.parseDouble(figure);
	}

	@Override
	public void close() throws Exception {
		this.commands.close();
		this.process.destroy();
	}

}
