package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.codec.PayloadCodec;
import dev.kiwi.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Builds a communicator, where there is no Spring to do it. Not thread-safe.
 */
public final class KiwiCommunicatorBuilder {

	private final Transport transport;

	private @Nullable Transport tasks;

	private final List<PayloadCodec> codecs = new ArrayList<>();

	private final List<EngineObserver> observers = new ArrayList<>();

	private EngineSettings settings = EngineSettings.defaults();

	private AdminSettings administration = AdminSettings.defaults();

	private @Nullable Executor executor;

	private KiwiCommunicatorBuilder(Transport transport) {
		this.transport = transport;
	}

	/**
	 * A builder over a transport.
	 * @param transport not started yet; the communicator starts and closes it
	 * @return the builder
	 */
	public static KiwiCommunicatorBuilder with(Transport transport) {
		return new KiwiCommunicatorBuilder(transport);
	}

	/**
	 * Has tasks carried by another transport.
	 * @param tasks not started yet; the communicator starts and closes it
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder tasks(Transport tasks) {
		this.tasks = tasks;
		return this;
	}

	/**
	 * Sets how the communicator behaves.
	 * @param settings the settings
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder settings(EngineSettings settings) {
		this.settings = settings;
		return this;
	}

	/**
	 * Sets how operators see this process.
	 * @param administration the settings
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder administration(AdminSettings administration) {
		this.administration = administration;
		return this;
	}

	/**
	 * Adds a codec. The first one writes; each one reads its own content type.
	 * @param codec the codec; JSON by Jackson where none is added
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder codec(PayloadCodec codec) {
		this.codecs.add(codec);
		return this;
	}

	/**
	 * Sets where handlers and callbacks run.
	 * @param executor must not run what it is given on the calling thread, nor bound how
	 * much runs at once: kiwi bounds that itself, per queue, identifier and subscriber.
	 * It stays its owner's to end
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder executor(Executor executor) {
		this.executor = executor;
		return this;
	}

	/**
	 * Adds somebody who is told what goes through the communicator.
	 * @param observer the observer; scopes of several are opened in the order in which
	 * they were added
	 * @return this builder
	 */
	public KiwiCommunicatorBuilder observer(EngineObserver observer) {
		this.observers.add(observer);
		return this;
	}

	/**
	 * Builds the communicator and starts the transport, without waiting for its server.
	 * @return the communicator, for the caller to close
	 */
	public KiwiCommunicator build() {
		List<ExecutorService> owned = new ArrayList<>();
		Executor handlers = this.executor;
		if (handlers == null) {
			ExecutorService pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS,
					new SynchronousQueue<>(), named("kiwi-"));
			owned.add(pool);
			handlers = pool;
		}
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("kiwi-timer-"));
		timer.setRemoveOnCancelPolicy(true);
		timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		owned.add(timer);
		Payloads payloads = new Payloads(this.codecs.isEmpty() ? List.of(new JacksonPayloadCodec()) : this.codecs,
				this.settings.maxPayloadBytes());
		Transport carrier = (this.tasks != null) ? new MixedTransport(this.tasks, this.transport) : this.transport;
		DefaultKiwiCommunicator communicator = new DefaultKiwiCommunicator(carrier,
				new EngineContext(this.settings, payloads, handlers, timer, Observers.of(this.observers)), owned,
				this.administration);
		communicator.start();
		return communicator;
	}

	/**
	 * Threads that see the application's classes, whoever needs them: those of the common
	 * pool, on which stages complete, see none in an executable jar.
	 */
	private static ThreadFactory named(String prefix) {
		AtomicInteger count = new AtomicInteger();
		ClassLoader classes = Thread.currentThread().getContextClassLoader();
		return (task) -> {
			Thread thread = new Thread(task, prefix + count.incrementAndGet());
			thread.setDaemon(true);
			thread.setContextClassLoader(classes);
			return thread;
		};
	}

}
