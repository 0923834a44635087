package dev.kiwi.docs;

import java.util.Map;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The code of the page on interoperability, compiled and run. {@link SnippetTests}
 * compares, {@link InteropSnippetTests} runs it.
 */
final class InteropSnippets {

	private static final Logger log = LoggerFactory.getLogger(InteropSnippets.class);

	private InteropSnippets() {
	}

	static Object client(KiwiCommunicator kiwi) {
		Object answer = kiwi.callRpc("process.7", Map.of("intent", "pause"), Object.class).join();
		kiwi.sendBroadcast(Broadcast.of("state_changed.running.finished", null).from("process.8")).join();
		return answer;
	}

	record Structure(String formula, int atoms) {
	}

	record Energy(double value, String unit) {
	}

	@Component
	class Laboratory {

		@KiwiTask // kiwiPy's task queue
		Energy relax(Structure structure) {
			return new Energy(-1.5 * structure.atoms(), "eV");
		}

		@KiwiRpc("laboratory")
		String control(Map<String, Object> message) {
			return message.get("intent") + ": done";
		}

		@KiwiBroadcast(filter = "state_changed.*.finished")
		void finished(@Nullable Object body, BroadcastContext broadcast) {
			log.info("{} is finished", broadcast.sender());
		}

	}

	/** An inner class is no bean by itself. */
	static Laboratory laboratory() {
		return new InteropSnippets().new Laboratory();
	}

}
