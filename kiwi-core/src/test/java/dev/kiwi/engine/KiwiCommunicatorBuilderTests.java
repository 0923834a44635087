package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KiwiCommunicatorBuilderTests {

	@Test
	void handlersHaveTheContextClassLoaderOfWhoBuiltItAndNotOfWhoNeededAThread() throws Exception {
		Thread test = Thread.currentThread();
		ClassLoader before = test.getContextClassLoader();
		ClassLoader application = new ClassLoader(before) {
		};
		test.setContextClassLoader(application);
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport()).build()) {
			test.setContextClassLoader(ClassLoader.getPlatformClassLoader());
			CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
			kiwi.addTaskSubscriber("who", String.class,
					(text, task) -> seen.complete(Thread.currentThread().getContextClassLoader()));
			kiwi.sendTask("who", "x");
			assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(application);
		}
		finally {
			test.setContextClassLoader(before);
		}
	}

}
