package dev.kiwi;

/**
 * A handler of this process.
 *
 * @param kind {@code task}, {@code rpc} or {@code broadcast}
 * @param identifier the queue, the RPC identifier or the filter's text
 * @param ready whether messages reach it now, see {@link Subscription#isServed()}
 */
public record SubscriberInfo(String kind, String identifier, boolean ready) {
}
