package dev.kiwi;

/**
 * A handler of this process.
 *
 * @param kind {@code task}, {@code rpc} or {@code broadcast}
 * @param identifier the queue, the RPC identifier or the filter's text
 * @param ready whether messages can reach it, see {@link Subscription#ready()}
 */
public record SubscriberInfo(String kind, String identifier, boolean ready) {
}
