package io.freehold.sample.draft;

import java.util.concurrent.locks.ReentrantLock;

import io.freehold.Allocator;
import io.freehold.sample.objects.ObjectException;
import io.freehold.spring.SessionAllocator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Finds the draft of a request's session.
 */
@Component
class Drafts {

	private static final String ATTRIBUTE = Draft.class.getName();

	private final Allocator allocator;

	/** Held while a session gets its draft, which takes moments. */
	private final ReentrantLock beginning = new ReentrantLock();

	Drafts(@SessionAllocator Allocator allocator) {
		this.allocator = allocator;
	}

	/** Returns the draft to write to, beginning a session if there is none. */
	Draft begin(HttpServletRequest request) {
		HttpSession session = request.getSession();
		this.beginning.lock();
		try {
			Draft draft = (Draft) session.getAttribute(ATTRIBUTE);
			if (draft == null) {
				draft = new Draft(this.allocator);
				session.setAttribute(ATTRIBUTE, draft);
			}
			return draft;
		}
		catch (IllegalStateException ex) {
			throw ObjectException.conflict("The session is over.", ex);
		}
		finally {
			this.beginning.unlock();
		}
	}

	/** Returns the draft that is there, beginning nothing. */
	Draft find(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		if (session == null) {
			throw ObjectException.missing("There is no session.");
		}
		Draft draft = find(session);
		if (draft == null) {
			throw ObjectException.missing("The session has no draft.");
		}
		return draft;
	}

	private static @Nullable Draft find(HttpSession session) {
		try {
			return (Draft) session.getAttribute(ATTRIBUTE);
		}
		catch (IllegalStateException ex) {
			// another request has ended the session
			return null;
		}
	}

}
