package intralinks

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

type faultKey struct{}

// faultOf is the fault that strikes a request further in, if any.
func faultOf(r *http.Request) control.FaultRule {
	rule, _ := r.Context().Value(faultKey{}).(control.FaultRule)
	return rule
}

// strike applies a fault. Some answer at once; some change what is written; the
// rest are left in the context for whom they concern.
func (s *Server) strike(w http.ResponseWriter, r *http.Request, rule control.FaultRule) (http.ResponseWriter, *http.Request, bool) {
	switch rule.Fault {
	case faultTruncate, faultReset, faultSlow, faultCorrupt, faultCut:
		return &faultyWriter{ResponseWriter: w, r: r, rule: rule, limit: -1}, r, false
	case faultLatency:
		return w, r, !wait(r, argDuration(rule, "delay", time.Second))
	case faultHang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case faultDrop:
		panic(http.ErrAbortHandler)
	}
	if s.answerFault(w, r, rule) {
		return w, r, true
	}
	return w, r.WithContext(context.WithValue(r.Context(), faultKey{}, rule)), false
}

// answerFault answers in place of the service, for the faults that do.
func (s *Server) answerFault(w http.ResponseWriter, r *http.Request, rule control.FaultRule) bool {
	switch rule.Fault {
	case faultHTML:
		write(w, argInt(rule, "status", http.StatusGatewayTimeout), "txt/html",
			page("Gateway Timeout", "The server did not answer in time. Reference #1.a2b3c4d5"))
	case faultHTML200:
		write(w, http.StatusOK, typeHTML, page("Maintenance", "Please come back later."))
	case faultJSON200:
		writeJSON(w, http.StatusOK, object{"status": fine(http.StatusOK)})
	case faultXML200:
		s.failXML(w, http.StatusOK, errUnexpected)
	case faultErrors200:
		e := apiError{http.StatusOK, argInt(rule, "code", 400), argText(rule, "subcode", "21-3"), "The request could not be completed."}
		writeJSON(w, http.StatusOK, object{
			"status": object{"code": e.code, "subcode": e.subcode, "message": e.message, "errorId": s.errorID()},
			"errors": []object{{"code": e.code, "subCode": e.subcode, "message": e.message}},
		})
	case faultServer999:
		if strings.HasSuffix(r.URL.Path, "/file") {
			s.failXML(w, errUnexpected.status, errUnexpected)
		} else {
			s.fail(w, errUnexpected)
		}
	case faultJavaScript:
		s.failGateway(w, http.StatusInternalServerError, "JavaScript execution failed: Unterminated string literal", "steps.javascript.ScriptExecutionFailed")
	case faultThrottle:
		s.failThrottle(w, argText(rule, "code", "quota"), argText(rule, "retryAfter", ""))
	default:
		return false
	}
	return true
}

// faultyWriter spoils the body that goes through it.
type faultyWriter struct {
	http.ResponseWriter
	r     *http.Request
	rule  control.FaultRule
	limit int64 // -1: not known yet
	sent  int64
}

// Unwrap lets http.ResponseController reach the connection.
func (f *faultyWriter) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// Write implements io.Writer. It panics with http.ErrAbortHandler to break the
// connection, which net/http is made for.
func (f *faultyWriter) Write(p []byte) (int, error) {
	switch f.rule.Fault {
	case faultSlow:
		return f.writeSlowly(p)
	case faultCorrupt:
		return f.writeCorrupt(p)
	}
	if f.limit < 0 {
		f.limit = f.findLimit(len(p))
	}
	left := f.limit - f.sent
	if int64(len(p)) < left {
		n, err := f.ResponseWriter.Write(p)
		f.sent += int64(n)
		return n, err
	}
	if left > 0 {
		n, _ := f.ResponseWriter.Write(p[:left])
		f.sent += int64(n)
	}
	if f.rule.Fault == faultCut {
		return len(p), nil
	}
	// What was sent so far is to arrive before the connection breaks.
	_ = http.NewResponseController(f.ResponseWriter).Flush()
	if f.rule.Fault == faultReset {
		f.reset()
	}
	panic(http.ErrAbortHandler)
}

// findLimit is where the body ends early: half of it by default.
func (f *faultyWriter) findLimit(first int) int64 {
	whole, err := strconv.ParseInt(f.Header().Get("Content-Length"), 10, 64)
	if err != nil {
		whole = int64(first)
	}
	return int64(argInt(f.rule, "after", int(whole/2)))
}

// reset makes the kernel send RST in place of FIN.
func (f *faultyWriter) reset() {
	conn, _, err := http.NewResponseController(f.ResponseWriter).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (f *faultyWriter) writeSlowly(p []byte) (int, error) {
	delay, every := argDuration(f.rule, "delay", 10*time.Millisecond), max(1, argInt(f.rule, "every", 4096))
	done := 0
	for done < len(p) {
		if !wait(f.r, delay) {
			return done, f.r.Context().Err()
		}
		n, err := f.ResponseWriter.Write(p[done:min(done+every, len(p))])
		done += n
		if err != nil {
			return done, err
		}
		_ = http.NewResponseController(f.ResponseWriter).Flush()
	}
	return done, nil
}

func (f *faultyWriter) writeCorrupt(p []byte) (int, error) {
	at := int64(argInt(f.rule, "at", 0)) - f.sent
	if at >= 0 && at < int64(len(p)) {
		spoiled := append([]byte(nil), p...)
		spoiled[at] ^= 0xff
		p = spoiled
	}
	n, err := f.ResponseWriter.Write(p)
	f.sent += int64(n)
	return n, err
}

// wait waits, unless the client goes away first.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func argText(rule control.FaultRule, name, otherwise string) string {
	if value, ok := rule.Args[name]; ok {
		return value
	}
	return otherwise
}

func argInt(rule control.FaultRule, name string, otherwise int) int {
	if n, err := strconv.Atoi(rule.Args[name]); err == nil && n >= 0 {
		return n
	}
	return otherwise
}

func argDuration(rule control.FaultRule, name string, otherwise time.Duration) time.Duration {
	if d, err := time.ParseDuration(rule.Args[name]); err == nil {
		return d
	}
	return otherwise
}
