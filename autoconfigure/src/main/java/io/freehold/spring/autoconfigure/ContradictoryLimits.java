package io.freehold.spring.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.freehold.spring.MemoryLimit;
import io.freehold.spring.autoconfigure.FreeholdProperties.Scope;
import io.freehold.spring.autoconfigure.FreeholdProperties.Scopes;
import io.freehold.spring.autoconfigure.FreeholdProperties.Session;

/**
 * Limits that are never reached, because a lower one is in the way.
 */
final class ContradictoryLimits {

	private static final String GLOBAL = "freehold.global.limit";

	private final MemoryLimit global;

	private final List<String> found = new ArrayList<>();

	private ContradictoryLimits(MemoryLimit global) {
		this.global = global;
	}

	/** Returns what is to be said of the limits among properties, one text for each. */
	static List<String> among(FreeholdProperties properties) {
		ContradictoryLimits contradictions = new ContradictoryLimits(properties.global().limit());
		properties.named()
			.forEach((name, named) -> contradictions.compare("freehold.allocators." + name + ".limit", named.limit(),
					GLOBAL, contradictions.global));
		scopes(properties.scopes()).forEach(contradictions::compare);
		return contradictions.found;
	}

	private static Map<String, Scope> scopes(Scopes scopes) {
		Session session = scopes.session();
		Map<String, Scope> all = new LinkedHashMap<>();
		all.put("request", scopes.request());
		all.put("session", new Scope(session.enabled(), session.limit(), session.limitPerInstance()));
		all.put("thread", scopes.thread());
		all.put("transaction", scopes.transaction());
		all.put("method", scopes.method());
		return all;
	}

	private void compare(String name, Scope scope) {
		String prefix = "freehold.scopes." + name;
		compare(prefix + ".limit", scope.limit(), GLOBAL, this.global);
		if (!compare(prefix + ".limit-per-instance", scope.limitPerInstance(), prefix + ".limit", scope.limit())) {
			compare(prefix + ".limit-per-instance", scope.limitPerInstance(), GLOBAL, this.global);
		}
	}

	private boolean compare(String inner, MemoryLimit innerLimit, String outer, MemoryLimit outerLimit) {
		boolean contradictory = innerLimit != MemoryLimit.UNLIMITED && innerLimit.bytes() > outerLimit.bytes();
		if (contradictory) {
			this.found.add(inner + " (" + innerLimit + ") is larger than " + outer + " (" + outerLimit
					+ "), which is reached first: lower the one or raise the other");
		}
		return contradictory;
	}

}
