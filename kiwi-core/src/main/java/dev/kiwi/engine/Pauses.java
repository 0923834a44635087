package dev.kiwi.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.kiwi.engine.ControlMessage.Order;

/**
 * Which queues this process fetches no tasks of: by its own operator, or by order for
 * all.
 */
final class Pauses {

	/** Names come from others, and are to cost no memory without end. */
	private static final int MAX_ORDERS = 1_000;

	private final Set<String> here = new HashSet<>();

	private final Map<String, Order> orders = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Order> eldest) {
			return size() > MAX_ORDERS;
		}

	};

	synchronized boolean isPaused(String queue) {
		Order order = this.orders.get(queue);
		return this.here.contains(queue) || (order != null && order.paused());
	}

	synchronized Set<String> paused() {
		Set<String> all = new TreeSet<>(this.here);
		this.orders.forEach((queue, order) -> {
			if (order.paused()) {
				all.add(queue);
			}
		});
		return all;
	}

	synchronized void here(String queue, boolean paused) {
		if (paused) {
			this.here.add(queue);
		}
		else {
			this.here.remove(queue);
		}
	}

	/** An order that holds over all that was heard before, whatever their clocks. */
	synchronized Order next(String queue, boolean paused) {
		Order present = this.orders.get(queue);
		return new Order(paused, Math.max(System.currentTimeMillis(), (present != null) ? present.at() + 1 : 0));
	}

	/** What was said for all, with when: for who comes later. */
	synchronized Map<String, Order> orders() {
		return new HashMap<>(this.orders);
	}

	/** Takes orders, of which the last word on each queue holds. */
	synchronized void heard(Map<String, Order> heard) {
		heard.forEach((queue, order) -> {
			Order present = this.orders.get(queue);
			if (present == null || present.at() < order.at()) {
				this.orders.put(queue, order);
				if (!order.paused()) {
					this.here.remove(queue);
				}
			}
		});
	}

}
