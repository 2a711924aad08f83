package io.freehold.spring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.freehold.pool.PooledAlloc;
import io.freehold.spring.AllocatorName;
import io.freehold.spring.InvalidAllocatorNameException;
import io.freehold.spring.MemoryLimit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of Freehold.
 *
 * @param enabled Whether to set up allocators
 * @param ignoreUnknown Whether to log properties under 'freehold' that no module knows,
 * instead of refusing them
 * @param global Backend and limit of all memory of the application
 * @param pooled Backend 'pooled', which all applications of the JVM share
 * @param scopes Allocators that live as long as a scope
 * @param allocators Named allocators that live as long as the application, by name
 * @param metrics Meters for every allocator
 * @param health What the health indicator judges
 * @param web What HTTP clients are told
 */
@ConfigurationProperties("freehold")
public record FreeholdProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean ignoreUnknown,
		@DefaultValue Global global, @DefaultValue Pooled pooled, @DefaultValue Scopes scopes,
		@DefaultValue Map<String, Named> allocators, @DefaultValue Metrics metrics, @DefaultValue Health health,
		@DefaultValue Web web) {

	static final String BACKEND = "freehold.global.backend";

	/**
	 * Creates the properties.
	 */
	public FreeholdProperties {
		canonical(allocators).forEach((name, named) -> named.validate("freehold.allocators." + name));
	}

	/**
	 * Returns the named allocators by their canonical names.
	 */
	Map<AllocatorName, Named> named() {
		return canonical(this.allocators);
	}

	/*
	 * To Boot, names that differ in their dashes only are one name. Environment variables
	 * cannot spell dashes, so that one which sets a property of image-cache brings a
	 * second key imagecache, bound to the same values: it is no allocator of its own.
	 */
	static Map<AllocatorName, Named> canonical(Map<String, Named> allocators) {
		Map<AllocatorName, Named> canonical = new LinkedHashMap<>();
		Map<String, AllocatorName> names = new HashMap<>();
		Map<AllocatorName, String> written = new HashMap<>();
		allocators.forEach((text, named) -> {
			AllocatorName name = AllocatorName.of(text);
			String letters = name.value().replace("-", "");
			AllocatorName other = names.get(letters);
			if (other != null && !other.equals(name) && name.value().equals(letters)) {
				return;
			}
			if (other != null && !other.equals(name) && other.value().equals(letters)) {
				canonical.remove(other);
				other = null;
			}
			if (other != null && other.equals(name) && named.equals(canonical.get(name))) {
				// written in two ways, perhaps in two sources, of which one decides
				return;
			}
			if (other != null) {
				throw new InvalidAllocatorNameException(text, "it is the same name as '" + written.get(other)
						+ "', which is configured too: both mean " + other);
			}
			names.put(letters, name);
			written.put(name, text);
			canonical.put(name, named);
		});
		return canonical;
	}

	/**
	 * Backend and limit of all memory of the application.
	 *
	 * @param backend Name of the backend that all memory comes from
	 * @param limit Limit on the bytes of all allocators together
	 */
	public record Global(@DefaultValue("pooled") String backend, @DefaultValue("unlimited") MemoryLimit limit) {

	}

	/**
	 * Backend 'pooled', which all applications of the JVM share: what is not set here
	 * stays as it is.
	 *
	 * @param purgeDelay How long freed memory is kept before it goes back to the
	 * operating system, seconds if no unit is given
	 * @param maxCached Bytes of freed memory that are kept at most
	 */
	public record Pooled(@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration purgeDelay,
			@Nullable DataSize maxCached) {

		/**
		 * Creates the properties.
		 */
		public Pooled {
			if (purgeDelay != null && purgeDelay.isNegative()) {
				throw new InvalidConfigurationPropertyValueException("freehold.pooled.purge-delay", purgeDelay,
						"It must not be negative; 0s gives freed memory back as soon as possible.");
			}
			if (maxCached != null && maxCached.isNegative()) {
				throw new InvalidConfigurationPropertyValueException("freehold.pooled.max-cached", maxCached,
						"It must not be negative; 0B keeps nothing.");
			}
		}

		/** Returns those of the properties that are set, by their names. */
		List<String> configured() {
			List<String> configured = new ArrayList<>();
			if (this.purgeDelay != null) {
				configured.add("freehold.pooled.purge-delay");
			}
			if (this.maxCached != null) {
				configured.add("freehold.pooled.max-cached");
			}
			return configured;
		}

		void applyTo(PooledAlloc backend) {
			if (this.purgeDelay != null) {
				backend.setPurgeDelay(this.purgeDelay);
			}
			if (this.maxCached != null) {
				backend.setMaxCached(this.maxCached.toBytes());
			}
		}

	}

	/**
	 * Allocators that live as long as a scope.
	 *
	 * @param request Memory of web requests
	 * @param session Memory of HTTP sessions
	 * @param thread Memory of tasks
	 * @param transaction Memory of transactions
	 * @param method Memory of calls of methods with '@AllocatorScope'
	 */
	public record Scopes(@DefaultValue Scope request, @DefaultValue Session session, @DefaultValue Scope thread,
			@DefaultValue Scope transaction, @DefaultValue Scope method) {

	}

	/**
	 * An allocator that lives as long as a scope.
	 *
	 * @param enabled Whether to set up the allocator of this scope
	 * @param limit Limit on the bytes of all instances of the scope together
	 * @param limitPerInstance Limit on the bytes of each instance of the scope
	 */
	public record Scope(@DefaultValue("true") boolean enabled, @DefaultValue("unlimited") MemoryLimit limit,
			@DefaultValue("unlimited") MemoryLimit limitPerInstance) {

	}

	/**
	 * The allocator of HTTP sessions.
	 *
	 * @param enabled Whether to set up the allocator of this scope
	 * @param limit Limit on the bytes of all sessions together
	 * @param limitPerInstance Limit on the bytes of each session
	 * @param idleTimeout How long the memory of a session is kept that no request belongs
	 * to, that of the session itself if it is not set, seconds if no unit is given
	 * @param maxInstances How many sessions may have memory at the same time; if it is
	 * not set, one for each 4 KiB of the limit, or 100,000 if there is no limit
	 */
	public record Session(@DefaultValue("true") boolean enabled, @DefaultValue("unlimited") MemoryLimit limit,
			@DefaultValue("unlimited") MemoryLimit limitPerInstance,
			@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration idleTimeout, @Nullable Long maxInstances) {

		private static final long UNLIMITED_INSTANCES = 100_000;

		private static final long BYTES_PER_INSTANCE = 4 << 10;

		/**
		 * Creates the properties.
		 */
		public Session {
			if (idleTimeout != null && !idleTimeout.isPositive()) {
				throw new InvalidConfigurationPropertyValueException("freehold.scopes.session.idle-timeout",
						idleTimeout, "It must be positive, such as 30m.");
			}
			if (maxInstances != null && maxInstances < 1) {
				throw new InvalidConfigurationPropertyValueException("freehold.scopes.session.max-instances",
						maxInstances, "It must be at least 1.");
			}
		}

		/** Returns how many sessions may have memory at the same time. */
		public long mostInstances() {
			if (this.maxInstances != null) {
				return this.maxInstances;
			}
			return (this.limit == MemoryLimit.UNLIMITED) ? UNLIMITED_INSTANCES
					: Math.max(1, this.limit.bytes() / BYTES_PER_INSTANCE);
		}

	}

	/**
	 * A named allocator.
	 *
	 * @param limit Limit on the bytes of this allocator and its children
	 * @param softLimit Bytes from which on the allocator is reported as filling up
	 */
	public record Named(@DefaultValue("unlimited") MemoryLimit limit,
			@DefaultValue("unlimited") MemoryLimit softLimit) {

		/**
		 * Creates the properties of an allocator for which only a limit is given.
		 * @param limit the limit, as it is written
		 * @return the properties
		 */
		public static Named valueOf(String limit) {
			return new Named(MemoryLimit.valueOf(limit), MemoryLimit.UNLIMITED);
		}

		/**
		 * Creates the properties of an allocator for which only a limit is given.
		 * @param limit the limit in bytes, as YAML delivers it
		 * @return the properties
		 */
		public static Named valueOf(Integer limit) {
			return new Named(MemoryLimit.valueOf(limit), MemoryLimit.UNLIMITED);
		}

		/**
		 * Creates the properties of an allocator for which only a limit is given.
		 * @param limit the limit in bytes, as YAML delivers it
		 * @return the properties
		 */
		public static Named valueOf(Long limit) {
			return new Named(MemoryLimit.valueOf(limit), MemoryLimit.UNLIMITED);
		}

		void validate(String property) {
			if (this.softLimit != MemoryLimit.UNLIMITED && this.softLimit.bytes() > this.limit.bytes()) {
				throw new InvalidConfigurationPropertyValueException(property + ".soft-limit", this.softLimit,
						"It must not be larger than the limit of " + this.limit + ".");
			}
		}

	}

	/**
	 * Meters for every allocator.
	 *
	 * @param enabled Whether to register meters for the allocators
	 * @param maxAllocators Number of allocators with meters of their own, the others
	 * share those tagged 'other'
	 */
	public record Metrics(@DefaultValue("true") boolean enabled, @DefaultValue("100") int maxAllocators) {

		/**
		 * Creates the properties.
		 */
		public Metrics {
			if (maxAllocators < 1) {
				throw new InvalidConfigurationPropertyValueException("freehold.metrics.max-allocators", maxAllocators,
						"It must be at least 1.");
			}
		}

	}

	/**
	 * What the health indicator judges.
	 *
	 * @param threshold Share of a limit, between 0 and 1, from which on an allocator is
	 * reported as out of service
	 * @param allocators Names of the allocators to judge beside the limit of all together
	 */
	public record Health(@DefaultValue("0.9") double threshold, @DefaultValue List<String> allocators) {

		/**
		 * Creates the properties.
		 */
		public Health {
			if (!(threshold > 0 && threshold <= 1)) {
				throw new InvalidConfigurationPropertyValueException("freehold.health.threshold", threshold,
						"It must be a share between 0 and 1, such as 0.9.");
			}
		}

	}

	/**
	 * What HTTP clients are told.
	 *
	 * @param refusals Answers to requests that fail because memory is refused
	 */
	public record Web(@DefaultValue Refusals refusals) {

	}

	/**
	 * Answers to requests that fail because memory is refused.
	 *
	 * @param enabled Whether to answer them with status 503
	 * @param retryAfter Value of the header Retry-After, rounded up to seconds
	 */
	public record Refusals(@DefaultValue("true") boolean enabled,
			@DefaultValue("1s") @DurationUnit(ChronoUnit.SECONDS) Duration retryAfter) {

		/**
		 * Creates the properties.
		 */
		public Refusals {
			if (retryAfter.isNegative()) {
				throw new InvalidConfigurationPropertyValueException("freehold.web.refusals.retry-after", retryAfter,
						"It must not be negative.");
			}
		}

	}

}
