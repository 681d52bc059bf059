package intralinks

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The Content-Types that the service uses (Intralinks Python SDK).
const (
	typeJSON = "application/json;charset=UTF-8"
	typeXML  = "text/xml;charset=UTF-8"
	typeHTML = "text/html; charset=UTF-8"
)

// apiError is an error of a v2 resource.
type apiError struct {
	status  int
	code    int
	subcode string
	message string
}

// Errors of v2 resources that were recorded from the real service (Intralinks
// Python SDK); the messages are ours.
var (
	errNotEntered = apiError{303, 303, "1", "Workspace entrance requirements not met."}
	errNotFound   = apiError{400, 400, "3-1", "The requested object was not found."}
	errUnexpected = apiError{500, 500, "999", "An unexpected error has occurred."}
	errTaken      = apiError{401, 401, "1-1-3-2", "The session is not valid."}

	errNoPermission = errDenied("You do not have permission to perform this action.")
)

func errDenied(message string) apiError { return apiError{401, 401, "1-1-3", message} }

// errStrict is how strict mode refuses what no evidence names.
func errStrict(format string, args ...any) apiError {
	return apiError{400, 400, "sim-strict", "Strict mode of the simulator: " + fmt.Sprintf(format, args...)}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// The status is out; a client that went away is all that can fail here.
	_ = enc.Encode(v)
}

type object map[string]any

// fine is the status object of every success.
func fine(code int) object {
	message := "Request completed fine, no errors"
	if code == http.StatusCreated {
		message = "The entities have been created"
	}
	return object{"code": code, "message": message}
}

// fail answers with an error of a v2 resource: the key is "subcode" in the status
// and "subCode" in the list.
func (s *Server) fail(w http.ResponseWriter, e apiError) {
	writeJSON(w, s.statusOf(e), object{
		"status": object{"code": e.code, "subcode": e.subcode, "message": e.message, "errorId": s.errorID()},
		"errors": []object{{"code": e.code, "subCode": e.subcode, "message": e.message}},
	})
}

// statusOf applies the switches for the HTTP status of an error.
func (s *Server) statusOf(e apiError) int {
	if strings.HasPrefix(e.subcode, "1-1-3") {
		status, _ := strconv.Atoi(s.control.Get("deniedStatus")) // one of its values
		return status
	}
	if e.status == http.StatusBadRequest && e.subcode != "sim-strict" && s.control.Bool("errorsAs200") {
		return http.StatusOK
	}
	return e.status
}

// failXML answers as a failed download does.
func (s *Server) failXML(w http.ResponseWriter, status int, e apiError) {
	type failure struct {
		Code    int    `xml:"code"`
		Message string `xml:"message"`
		SubCode string `xml:"subCode"`
		ErrorID string `xml:"errorId"`
	}
	f := failure{e.code, e.message, e.subcode, s.errorID()}
	body, _ := xml.Marshal(struct { // of plain text and numbers, so it can't fail
		XMLName xml.Name  `xml:"xmlResponse"`
		Status  failure   `xml:"status"`
		Errors  []failure `xml:"errors>error"`
	}{Status: f, Errors: []failure{f}})
	write(w, status, typeXML, xml.Header+string(body))
}

// failFile answers an error of a download in the shape that is selected.
func (s *Server) failFile(w http.ResponseWriter, e apiError) {
	if s.control.Get("fileErrors") == "json" {
		s.fail(w, e)
		return
	}
	s.failXML(w, s.statusOf(e), e)
}

// failSignIn answers an error of the V2 token call. It has no status object.
func failSignIn(w http.ResponseWriter, subcode, message string) {
	const status = http.StatusForbidden
	writeJSON(w, status, object{"error": object{"code": status, "message": message, "subcode": subcode, "errorid": ""}})
}

// failClient answers a refused application, in words that begin with capitals.
func failClient(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, object{"ErrorCode": code, "Error": message, "Hint": "Check the client_id and the client_secret."})
}

// failToken answers a bad access token: status is text, the subcode a sentence,
// and the token stands in the answer.
func failToken(w http.ResponseWriter, authorization string) {
	writeJSON(w, http.StatusUnauthorized, object{
		"status": "Unauthorized",
		"error": object{
			"code":        http.StatusUnauthorized,
			"description": "invalid access token: " + authorization,
			"subcode":     "The access token is missing, has expired or was revoked",
		},
	})
}

// failGateway answers with a fault of the gateway. The detail is inferred from the
// documentation of Apigee, which the gateway is.
func (s *Server) failGateway(w http.ResponseWriter, status int, text, code string) {
	fault := object{"faultstring": text}
	if s.control.Bool("faultDetail") {
		fault["detail"] = object{"errorcode": code}
	}
	writeJSON(w, status, object{"fault": fault})
}

// noSuchPath answers what is not there at all.
func noSuchPath(w http.ResponseWriter) {
	write(w, http.StatusNotFound, typeHTML, page("Your request cannot be completed", "The page is not available at this time."))
}

func wrongMethod(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	write(w, http.StatusMethodNotAllowed, typeHTML, page("Method Not Allowed", "The method is not allowed for this address."))
}

func page(title, text string) string {
	return "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>\n"
}

func write(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	// See writeJSON.
	_, _ = w.Write([]byte(body))
}
