package io.freehold.spring.scope.servlet;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.freehold.managed.ManagedAllocator;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The memory of all HTTP sessions of an application, by the ids of the sessions. Nothing
 * is stored in sessions: they may be replicated or kept elsewhere, memory is not.
 *
 * <p>
 * The memory of a session is freed when the container tells that the session was
 * destroyed. Where nobody tells, as with some repositories of Spring Session, it is freed
 * when a request finds that its session is no longer valid, and when no request has
 * belonged to the session for an idle timeout. Closing this object frees all of it.
 */
public final class SessionMemories implements HttpSessionListener, HttpSessionIdListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(SessionMemories.class);

	private static final long SHORTEST_PERIOD = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long LONGEST_PERIOD = TimeUnit.SECONDS.toNanos(10);

	private final ManagedAllocator allocator;

	/** In nanoseconds, 0 for that of each session. */
	private final long idleTimeout;

	/** The memory of a session is there under its current id until it has ended. */
	private final ConcurrentHashMap<String, SessionMemory> memories = new ConcurrentHashMap<>();

	private final ScheduledExecutorService clock = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("freehold-sessions").factory());

	/**
	 * Creates an object without sessions.
	 * @param allocator where sessions open their heaps
	 * @param idleTimeout how long to keep memory of sessions that no request belongs to;
	 * null for the maximum inactive interval of each session
	 */
	public SessionMemories(ManagedAllocator allocator, @Nullable Duration idleTimeout) {
		this.allocator = allocator;
		this.idleTimeout = (idleTimeout != null) ? idleTimeout.toNanos() : 0;
		long period = (idleTimeout != null) ? Math.clamp(this.idleTimeout / 4, SHORTEST_PERIOD, LONGEST_PERIOD)
				: LONGEST_PERIOD;
		var _ = this.clock.scheduleWithFixedDelay(this::endIdle, period, period, TimeUnit.NANOSECONDS);
	}

	/**
	 * Returns the memory that belongs to a session id as a client has sent it, or null.
	 */
	@Nullable SessionMemory find(String requestedId) {
		if (this.memories.isEmpty()) {
			return null;
		}
		SessionMemory memory = this.memories.get(requestedId);
		// containers append the name of the node, some only on the way out
		int node = requestedId.lastIndexOf('.');
		return (memory == null && node > 0) ? this.memories.get(requestedId.substring(0, node)) : memory;
	}

	/**
	 * Returns the memory of a session, and has the request of the caller count.
	 */
	SessionMemory retain(HttpSession session) {
		long timeout = idleTimeout(session);
		while (true) {
			SessionMemory memory = this.memories.computeIfAbsent(session.getId(),
					(id) -> new SessionMemory(id, this.allocator.openHeap()));
			if (memory.retain(timeout)) {
				return memory;
			}
			this.memories.remove(session.getId(), memory);
		}
	}

	boolean retain(SessionMemory memory, HttpSession session) {
		return memory.retain(idleTimeout(session));
	}

	private long idleTimeout(HttpSession session) {
		return (this.idleTimeout != 0) ? this.idleTimeout
				: Math.max(0, TimeUnit.SECONDS.toNanos(session.getMaxInactiveInterval()));
	}

	/**
	 * Looks whether a session still is, what it is called, and how long it may be idle.
	 */
	void check(SessionMemory memory, HttpSession session) {
		try {
			session.getCreationTime();
			memory.idleTimeout(idleTimeout(session));
			move(memory, session.getId());
		}
		catch (IllegalStateException ex) {
			// as the interface demands of sessions that are no longer valid
			end(memory);
		}
	}

	/**
	 * A client has sent the id of a session that is no longer valid. If requests still
	 * count the id may have changed: they will see what has become of it.
	 */
	void endUnused(SessionMemory memory) {
		if (memory.endsUnused()) {
			end(memory);
		}
	}

	private void move(SessionMemory memory, String id) {
		if (memory.id().equals(id) || memory.follows()) {
			return;
		}
		synchronized (memory) {
			this.memories.remove(memory.id(), memory);
			memory.id(id);
			SessionMemory present = memory.hasEnded() ? null : this.memories.put(id, memory);
			if (present != null && present != memory) {
				memory.adopt(present);
			}
		}
	}

	/** Ends a session. */
	void end(SessionMemory memory) {
		try {
			memory.end();
		}
		finally {
			forget(memory);
		}
	}

	private void forget(SessionMemory memory) {
		synchronized (memory) {
			this.memories.remove(memory.id(), memory);
		}
	}

	private void endIdle() {
		long now = System.nanoTime();
		this.memories.values().stream().filter((memory) -> memory.endsIdle(now)).forEach(this::endOrLog);
	}

	/** For the others are to end all the same. */
	private void endOrLog(SessionMemory memory) {
		try {
			end(memory);
		}
		catch (RuntimeException | Error ex) {
			logger.error("could not free the memory of a session", ex);
		}
	}

	@Override
	public void sessionDestroyed(HttpSessionEvent event) {
		SessionMemory memory = this.memories.get(event.getSession().getId());
		if (memory != null) {
			end(memory);
		}
	}

	@Override
	public void sessionIdChanged(HttpSessionEvent event, String oldId) {
		SessionMemory memory = this.memories.get(oldId);
		if (memory != null) {
			move(memory, event.getSession().getId());
		}
	}

	/**
	 * Frees the memory of all sessions.
	 */
	@Override
	public void close() {
		this.clock.shutdownNow();
		this.memories.values().forEach(this::endOrLog);
	}

}
