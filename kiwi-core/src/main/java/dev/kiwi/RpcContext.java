package dev.kiwi;

import java.util.Map;

/**
 * What a handler may know of a call.
 *
 * @param id the call's id
 * @param identifier the identifier that was called
 * @param headers the caller's headers
 */
public record RpcContext(String id, String identifier, Map<String, String> headers) {

}
