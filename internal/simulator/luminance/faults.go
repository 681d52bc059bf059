package luminance

import (
	"net/http"
	"strconv"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// faultKinds declares every fault that can be asked for.
func faultKinds() []control.FaultKind {
	kind := func(name string, evidence control.Evidence, about string) control.FaultKind {
		return control.FaultKind{Name: name, Evidence: evidence, About: about}
	}
	return []control.FaultKind{
		kind("latency", control.Choice, "waits before it does anything; args: delay (1s)"),
		kind("late-answer", control.Choice, "carries the request out, then waits before it answers; args: delay (1s)"),
		kind("broken-answer", control.Choice, "carries the request out, then breaks off in the middle of the answer"),
		kind("reset", control.Choice, "resets the connection without an answer"),
		kind("drop-before-commit", control.Choice, "reads the whole request, does nothing, resets the connection"),
		kind("drop-after-commit", control.Choice, "carries the request out, then resets the connection"),
		kind("error-before-commit", control.Documented, "does nothing and answers with an error; args: status (500)"),
		kind("error-after-commit", control.Choice, "carries the request out, then answers with an error; args: status (503)"),
		kind("unauthorized", control.Documented, "answers 401 to a good token"),
		kind("forbidden", control.Documented, "answers 403, as after a change of role"),
		kind("throttle", control.Documented, "answers 429; args: retryAfter (none)"),
		kind("html", control.Choice, "answers 200 with a web page, as a proxy does"),
		kind("redirect", control.Choice, "answers 302; args: location (https://elsewhere.invalid/)"),
		kind("slow-body", control.Choice, "sends the answer in pieces; args: delay (100ms), bytes (64)"),
		kind("slow-upload", control.Choice, "reads the request in pieces; args: delay (100ms), bytes (1024)"),
		kind("truncated-list", control.Choice, "lists only the first entries, as if these were all; args: keep (half)"),
		kind("empty-list", control.Choice, "lists nothing, with status 200"),
		kind("broken-list", control.Choice, "breaks off inside an entry of the list"),
		kind("foreign-document", control.Choice, "a person uploads a document of the same name while ours arrives"),
		kind("deleted-by-person", control.Choice, "a person deletes the document as soon as it is stored"),
		kind("corrupt-download", control.Choice, "changes one byte of a download"),
	}
}

// strike applies a fault around the service. Faults that only an operation can
// make are left to it.
func (s *Simulator) strike(w http.ResponseWriter, r *http.Request, rule control.FaultRule, next http.HandlerFunc) {
	c := &call{Simulator: s, fault: rule}
	switch rule.Fault {
	case "reset":
		hangUp(w)
	case "drop-before-commit":
		drain(r)
		hangUp(w)
	case "drop-after-commit":
		next(silent{http.Header{}}, r)
		hangUp(w)
	case "error-before-commit":
		s.fail(w, c.argInt("status", http.StatusInternalServerError), "a fault was asked for")
	case "error-after-commit":
		next(silent{http.Header{}}, r)
		s.fail(w, c.argInt("status", http.StatusServiceUnavailable), "a fault was asked for")
	case "unauthorized", "forbidden", "throttle", "html", "redirect":
		s.strikeAnswer(w, rule)
	case "latency":
		pause(r.Context(), c.delay(time.Second))
		next(w, r)
	case "late-answer":
		answer := record(next, r)
		pause(r.Context(), c.delay(time.Second))
		answer.send(w, len(answer.body))
	case "broken-answer":
		answer := record(next, r)
		answer.send(w, len(answer.body)/2)
		breakOff(w)
	case "slow-body":
		next(&slowWriter{w, r.Context(), c.delay(100 * time.Millisecond), c.argInt("bytes", 64)}, r)
	case "slow-upload":
		r.Body = &slowBody{r.Body, r.Context(), c.delay(100 * time.Millisecond), c.argInt("bytes", 1024)}
		next(w, r)
	default:
		next(w, r)
	}
}

func (s *Simulator) strikeAnswer(w http.ResponseWriter, rule control.FaultRule) {
	switch rule.Fault {
	case "unauthorized":
		s.unauthorized(w)
	case "forbidden":
		s.fail(w, http.StatusForbidden, "the service user has no role that allows this")
	case "throttle":
		if wait, ok := rule.Args["retryAfter"]; ok {
			w.Header().Set("Retry-After", wait)
		}
		w.WriteHeader(http.StatusTooManyRequests)
	case "html":
		page(w, http.StatusOK)
	case "redirect":
		location := rule.Args["location"]
		if location == "" {
			location = "https://elsewhere.invalid/"
		}
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}
}

func (c *call) argInt(name string, byDefault int) int {
	if n, err := strconv.Atoi(c.fault.Args[name]); err == nil {
		return n
	}
	return byDefault
}

func (c *call) delay(byDefault time.Duration) time.Duration {
	if d, err := time.ParseDuration(c.fault.Args["delay"]); err == nil {
		return d
	}
	return byDefault
}
