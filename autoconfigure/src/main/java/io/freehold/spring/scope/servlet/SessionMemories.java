package io.freehold.spring.scope.servlet;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.sync.StackSafeLock;

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

	/**
	 * So many idle sessions are ended at a time. To end one costs a handshake with all
	 * threads, for which those that end memory of requests have to wait.
	 */
	static final int ENDS_AT_A_TIME = 20;

	/** A pause follows that is so many times as long as these took. */
	private static final int PAUSE = 4;

	private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final ManagedAllocator allocator;

	private final long maxInstances;

	/** The memories that are not freed. By compare-and-set. */
	private final AtomicLong instances = new AtomicLong();

	/** In nanoseconds, 0 for that of each session. */
	private final long idleTimeout;

	/**
	 * The memory of a session is there under its current id until it is freed. A thread
	 * that puts one under another id does so under the lock of that memory, and under the
	 * lock for moves; one that takes it out, under the lock of the memory.
	 */
	private final ConcurrentHashMap<String, SessionMemory> memories = new ConcurrentHashMap<>();

	/** Held while an id changes. Taken before the lock of a memory. */
	private final StackSafeLock moves = new StackSafeLock();

	/** In nanoseconds, between two looks for idle sessions. */
	private final long period;

	private final SessionClock clock;

	/**
	 * Creates an object without sessions.
	 * @param allocator where sessions open their heaps
	 * @param idleTimeout how long to keep memory of sessions that no request belongs to;
	 * null for the maximum inactive interval of each session
	 */
	public SessionMemories(ManagedAllocator allocator, @Nullable Duration idleTimeout) {
		this(allocator, idleTimeout, Long.MAX_VALUE);
	}

	/**
	 * Creates an object without sessions.
	 * @param allocator where sessions open their heaps
	 * @param idleTimeout how long to keep memory of sessions that no request belongs to;
	 * null for the maximum inactive interval of each session
	 * @param maxInstances how many sessions may have memory at the same time
	 */
	public SessionMemories(ManagedAllocator allocator, @Nullable Duration idleTimeout, long maxInstances) {
		this(allocator, idleTimeout, maxInstances,
				Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("freehold-sessions").factory());
	}

	SessionMemories(ManagedAllocator allocator, @Nullable Duration idleTimeout, ThreadFactory threads) {
		this(allocator, idleTimeout, Long.MAX_VALUE, threads);
	}

	SessionMemories(ManagedAllocator allocator, @Nullable Duration idleTimeout, long maxInstances,
			ThreadFactory threads) {
		this.allocator = allocator;
		this.maxInstances = maxInstances;
		this.idleTimeout = (idleTimeout != null) ? idleTimeout.toNanos() : 0;
		this.period = (idleTimeout != null) ? Math.clamp(this.idleTimeout / 4, SHORTEST_PERIOD, LONGEST_PERIOD)
				: LONGEST_PERIOD;
		this.clock = new SessionClock(this::endIdle, this.memories::isEmpty, this.period, threads);
	}

	/** Returns whether no session has memory. */
	boolean isEmpty() {
		return this.memories.isEmpty();
	}

	/**
	 * Returns the memory that belongs to a session id as a client has sent it, or null.
	 */
	@Nullable SessionMemory find(String requestedId) {
		if (this.memories.isEmpty()) {
			return null;
		}
		this.clock.ensureRunning();
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
			String id = session.getId();
			SessionMemory present = this.memories.get(id);
			SessionMemory memory = (present != null) ? present : begin(id);
			// now that there is something to do
			this.clock.ensureRunning();
			if (memory.retain(timeout)) {
				return memory;
			}
			// another thread is about to free it, or has failed to
			endOrLog(memory);
			this.memories.remove(id, memory);
		}
	}

	/** Returns the memory that is there under an id, which begins if there is none. */
	private SessionMemory begin(String id) {
		count();
		Heap heap = null;
		SessionMemory kept = null;
		SessionMemory begun = null;
		try {
			heap = this.allocator.openHeap();
			begun = new SessionMemory(id, heap, this.instances);
			SessionMemory present = this.memories.putIfAbsent(id, begun);
			kept = (present != null) ? present : begun;
			return kept;
		}
		finally {
			if (begun == null) {
				this.instances.decrementAndGet();
				if (heap != null) {
					heap.close();
				}
			}
			else if (kept != begun) {
				// after an error it may be in the map all the same, where it has ended
				begun.end();
			}
		}
	}

	/** Counts one more, or refuses it. */
	private void count() {
		long present = this.instances.get();
		while (present < this.maxInstances && !this.instances.compareAndSet(present, present + 1)) {
			present = this.instances.get();
		}
		if (present >= this.maxInstances) {
			throw new AllocationException(this.allocator.name(), Layout.ofBytes(0), Reason.LIMIT_EXCEEDED,
					"limit exceeded; " + present
							+ " sessions have memory, and freehold.scopes.session.max-instances is "
							+ this.maxInstances);
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
		if (memory.follows() || (memory.id().equals(id) && this.memories.get(id) == memory)) {
			return;
		}
		this.moves.lock();
		try {
			memory.lock().lock();
			try {
				if (!memory.hasEnded() && !memory.follows()) {
					put(id, memory);
				}
			}
			finally {
				memory.lock().unlock();
			}
		}
		finally {
			this.moves.unlock();
		}
	}

	/**
	 * Puts a memory under another id. It is there before it is taken out under the old
	 * one: an error in between leaves it under both, never under none. One that is there
	 * already is adopted before it is replaced.
	 */
	private void put(String id, SessionMemory memory) {
		String old = memory.id();
		boolean there = false;
		while (!there) {
			SessionMemory present = this.memories.get(id);
			if (present == null) {
				there = this.memories.putIfAbsent(id, memory) == null;
			}
			else {
				if (present != memory && !present.follows()) {
					memory.adopt(present);
				}
				there = this.memories.replace(id, present, memory);
			}
		}
		if (!old.equals(id)) {
			memory.id(id);
			this.memories.remove(old, memory);
		}
	}

	/** Ends a session. If that fails, the clock tries again. */
	void end(SessionMemory memory) {
		memory.end();
		memory.lock().lock();
		try {
			this.memories.remove(memory.id(), memory);
		}
		finally {
			memory.lock().unlock();
		}
	}

	/**
	 * Ends some of the sessions that are idle.
	 * @return nanoseconds until the next ones are to be ended
	 */
	long endIdle() {
		long now = System.nanoTime();
		int ends = 0;
		for (Map.Entry<String, SessionMemory> entry : this.memories.entrySet()) {
			SessionMemory memory = entry.getValue();
			// one that has ended already is about to be freed, or an error has come
			// between
			if (memory.hasEnded() || memory.endsIdle(now)) {
				if (endOrLog(memory)) {
					this.memories.remove(entry.getKey(), memory);
					// what fails does not keep the others waiting
					ends++;
				}
				if (ends == ENDS_AT_A_TIME) {
					return Math.max(SHORTEST_PAUSE, PAUSE * (System.nanoTime() - now));
				}
			}
		}
		return this.period;
	}

	/** Ends a session, and returns whether that worked; the others are to end too. */
	private boolean endOrLog(SessionMemory memory) {
		try {
			end(memory);
			return true;
		}
		catch (Throwable ex) {
			log(ex);
			return false;
		}
	}

	/** Logs a failure, unless that fails too, as it may when memory is short. */
	private static void log(Throwable failure) {
		try {
			logger.error("could not free the memory of a session", failure);
		}
		catch (Throwable ex) {
			// the others are to end all the same
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
		this.clock.close();
		this.memories.values().forEach(this::endOrLog);
	}

}
