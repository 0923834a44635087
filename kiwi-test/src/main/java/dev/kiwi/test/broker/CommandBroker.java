package dev.kiwi.test.broker;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A broker of another version, which a command starts on a port: given {@code start},
 * {@code kill} or {@code ctl …} it does that, and {@code start} ends with the process id
 * of the node.
 */
final class CommandBroker implements Broker {

	/** What stands for the port in the command. */
	private static final String PORT = "{port}";

	private static final Pattern PID = Pattern.compile("pid (\\d+)");

	private final int port = FreePorts.next();

	private final List<String> command;

	private String pid = "";

	CommandBroker(String command) {
		this.command = Arrays.asList(command.replace(PORT, Integer.toString(this.port)).split(" "));
		Runtime.getRuntime().addShutdownHook(new Thread(this::close, "kiwi-broker-close"));
		start();
	}

	@Override
	public URI uri() {
		return URI.create("amqp://guest:guest@127.0.0.1:" + this.port);
	}

	@Override
	public void kill() {
		run("kill");
		this.pid = "";
	}

	@Override
	public void start() {
		if (this.pid.isEmpty()) {
			String output = run("start");
			Matcher started = PID.matcher(output);
			if (!started.find()) {
				throw new IllegalStateException(this.command + " did not tell the node's process id: " + output);
			}
			this.pid = started.group(1);
		}
		AmqpHandshake.await(this);
	}

	@Override
	public void freeze() {
		signal("STOP");
	}

	@Override
	public void thaw() {
		signal("CONT");
	}

	@Override
	public String ctl(String... arguments) {
		List<String> all = new ArrayList<>(List.of("ctl"));
		all.addAll(List.of(arguments));
		return run(all.toArray(String[]::new));
	}

	@Override
	public synchronized void close() {
		if (!this.pid.isEmpty()) {
			kill();
		}
	}

	private void signal(String name) {
		Processes.run(Map.of(), List.of("sh", "-c", "kill -" + name + " " + this.pid));
	}

	private String run(String... verb) {
		List<String> all = new ArrayList<>(this.command);
		all.addAll(List.of(verb));
		return Processes.run(Map.of(), all);
	}

}
