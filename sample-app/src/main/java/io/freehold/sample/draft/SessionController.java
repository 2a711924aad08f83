package io.freehold.sample.draft;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Logs out: ends the session, and the draft with it.
 */
@RestController
class SessionController {

	@DeleteMapping("/session")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void end(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		if (session != null) {
			try {
				session.invalidate();
			}
			catch (IllegalStateException ex) {
				// another request has ended it
			}
		}
	}

}
