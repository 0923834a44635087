package dev.kiwi.test.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A node of the RabbitMQ that is installed on this machine, with its own data, ports and
 * port mapper. It knows nothing of a broker that may already run here.
 */
final class PrivateBroker implements Broker {

	private static final Path INSTALLATIONS = Path.of("/usr/lib/rabbitmq/lib");

	private static final int LOG_TAIL_LINES = 40;

	private final Path scripts;

	private final Path base;

	private final int port = FreePorts.next();

	private final Map<String, String> environment;

	private final Process portMapper;

	private Process node;

	/**
	 * Starts a node and waits until it is ready.
	 * @param installation the directory that contains {@code sbin}
	 */
	PrivateBroker(Path installation) {
		this.scripts = installation.resolve("sbin");
		this.base = createBase(this.port);
		int portMapperPort = FreePorts.next();
		this.environment = environment(this.base, this.port, portMapperPort);
		// A child of ours: the one that the node would start is a daemon and stays
		// behind.
		this.portMapper = Processes.start(this.environment, log("epmd"), "epmd", "-port",
				Integer.toString(portMapperPort));
		this.node = launch();
		try {
			start();
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * The scripts in {@code /usr/sbin} change the user; these do not.
	 * @return the newest installed RabbitMQ, if there is one
	 */
	static Optional<Path> installation() {
		if (!Files.isDirectory(INSTALLATIONS)) {
			return Optional.empty();
		}
		try (DirectoryStream<Path> found = Files.newDirectoryStream(INSTALLATIONS, "rabbitmq_server-*")) {
			List<Path> installations = new ArrayList<>();
			found.forEach(installations::add);
			return installations.stream().max(Comparator.naturalOrder());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public URI uri() {
		return URI.create("amqp://guest:guest@127.0.0.1:" + this.port);
	}

	@Override
	public void kill() {
		Processes.kill(this.node);
	}

	@Override
	public void start() {
		if (!this.node.isAlive()) {
			this.node = launch();
		}
		try {
			AmqpHandshake.await(this, this.node::isAlive);
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException(ex.getMessage() + logTail(), ex);
		}
	}

	@Override
	public void freeze() {
		Processes.signal(this.node, "STOP");
	}

	@Override
	public void thaw() {
		Processes.signal(this.node, "CONT");
	}

	@Override
	public String ctl(String... arguments) {
		List<String> command = new ArrayList<>(List.of(script("rabbitmqctl"), "-q"));
		command.addAll(List.of(arguments));
		return Processes.run(this.environment, command);
	}

	@Override
	public void close() {
		Processes.kill(this.node);
		Processes.kill(this.portMapper);
		try {
			delete(this.base);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Without one, the node would start a port mapper that stays behind as a daemon.
	 */
	private Process startPortMapper(int port) {
		Process process = Processes.start(this.environment, log("epmd"), "epmd");
		Awaitility.await("epmd on port " + port)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.ignoreExceptionsInstanceOf(IOException.class)
			.until(() -> {
				new Socket(InetAddress.getLoopbackAddress(), port).close();
				return true;
			});
		return process;
	}

	private Process launch() {
		return Processes.start(this.environment, log("console"), script("rabbitmq-server"), "-noinput");
	}

	private String script(String name) {
		return this.scripts.resolve(name).toString();
	}

	private Path log(String name) {
		return this.base.resolve("log").resolve(name + ".log");
	}

	private String logTail() {
		StringBuilder tail = new StringBuilder();
		try (Stream<Path> logs = Files.list(this.base.resolve("log"))) {
			for (Path log : logs.sorted().toList()) {
				List<String> lines = Files.readAllLines(log);
				tail.append("\n--- ").append(log.getFileName()).append('\n');
				tail.append(String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size())));
			}
		}
		catch (IOException ex) {
			tail.append("\n(its log cannot be read: ").append(ex).append(')');
		}
		return tail.toString();
	}

	private static Path createBase(int port) {
		try {
			Path base = Files.createTempDirectory("kiwi-rabbitmq-");
			Path home = Files.createDirectory(base.resolve("home"));
			Path cookie = Files.writeString(home.resolve(".erlang.cookie"), UUID.randomUUID().toString());
			Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
			Files.createDirectory(base.resolve("log"));
			Files.createFile(base.resolve("env.conf"));
			Files.writeString(base.resolve("plugins"), "[].");
			Files.writeString(base.resolve("rabbitmq.conf"), """
					listeners.tcp.1 = 127.0.0.1:%d
					log.console = false
					disk_free_limit.absolute = 50MB
					""".formatted(port));
			return base;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> environment(Path base, int port, int portMapperPort) {
		Map<String, String> environment = new HashMap<>();
		environment.put("LANG", "C.UTF-8");
		environment.put("HOME", base.resolve("home").toString());
		environment.put("ERL_EPMD_PORT", Integer.toString(portMapperPort));
		environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		// The script becomes the Erlang VM, rather than its parent.
		environment.put("RABBITMQ_ALLOW_INPUT", "1");
		environment.put("RABBITMQ_NODENAME", "kiwi" + port + "@localhost");
		environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
		environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
		environment.put("RABBITMQ_DIST_PORT", Integer.toString(FreePorts.next()));
		environment.put("RABBITMQ_CONF_ENV_FILE", base.resolve("env.conf").toString());
		environment.put("RABBITMQ_MNESIA_BASE", base.resolve("mnesia").toString());
		environment.put("RABBITMQ_LOG_BASE", base.resolve("log").toString());
		environment.put("RABBITMQ_GENERATED_CONFIG_DIR", base.resolve("generated").toString());
		environment.put("RABBITMQ_CONFIG_FILE", base.resolve("rabbitmq.conf").toString());
		environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", base.resolve("none.config").toString());
		environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", base.resolve("plugins").toString());
		environment.put("RABBITMQ_PLUGINS_EXPAND_DIR", base.resolve("expand").toString());
		environment.put("RABBITMQ_PID_FILE", base.resolve("pid").toString());
		// Idle schedulers do not spin: the tests need the processors, too. What cannot be
		// dead-lettered, as its target is not up yet, is tried again after 3 minutes
		// else.
		environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
				"-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
						+ " -rabbit dead_letter_worker_publisher_confirm_timeout 2000");
		return environment;
	}

	private static void delete(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}

}
