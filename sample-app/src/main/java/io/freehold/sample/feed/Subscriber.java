package io.freehold.sample.feed;

import java.io.IOException;
import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * A client that is told of changes, by a thread of its own that waits most of the time.
 */
final class Subscriber implements Runnable {

	private static final Log logger = LogFactory.getLog(Subscriber.class);

	/**
	 * For the thread that has answered the request to be done with it: until then Tomcat
	 * may never tell that a client has gone.
	 */
	private static final Duration BEGINNING = Duration.ofMillis(50);

	private final SseEmitter emitter;

	private final Backlog backlog;

	private final Duration heartbeat;

	Subscriber(SseEmitter emitter, Backlog backlog, Duration heartbeat) {
		this.emitter = emitter;
		this.backlog = backlog;
		this.heartbeat = heartbeat;
	}

	/**
	 * Tells the client of a change, unless it reads so slowly that the backlog is full:
	 * such a client is dropped, and may come back for a list of what there is.
	 */
	void tell(String change) {
		try {
			if (!this.backlog.offer(change)) {
				end();
			}
		}
		catch (IllegalStateException ex) {
			// the client has gone, and so has the memory of its request
			end();
		}
	}

	/** Ends the connection. */
	void end() {
		this.backlog.close();
	}

	/** Sends what there is to be sent, or a sign of life, until the connection ends. */
	@Override
	public void run() {
		try {
			Thread.sleep(BEGINNING);
			this.emitter.send(SseEmitter.event().comment("here you are"));
			while (!this.backlog.isClosed()) {
				String change = this.backlog.poll(this.heartbeat);
				if (change != null) {
					this.emitter.send(SseEmitter.event().data(change, MediaType.APPLICATION_JSON));
				}
				else if (!this.backlog.isClosed()) {
					this.emitter.send(SseEmitter.event().comment("still here"));
				}
			}
			this.emitter.complete();
		}
		catch (IOException | IllegalStateException ex) {
			// the client has gone, which the server notices too, or the time is over
			logger.debug("Not told any more", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.emitter.complete();
		}
		finally {
			this.backlog.close();
		}
	}

}
