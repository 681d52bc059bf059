package intralinks

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// problemKeys are the top-level keys that can report a failure.
var problemKeys = map[string]bool{
	"status": true, "errors": true, "error": true, "error_description": true,
	"fault": true, "ErrorCode": true, "Error": true, "Hint": true,
	"_status": true, "subcode": true, "subCode": true,
}

// problemIn finds a failure among the top-level keys of an answer; the shape
// is shapeNone if they report none. It is used for answers of any HTTP status:
// 200 with `errors` is a failure too (Intralinks Python SDK).
func problemIn(keys map[string]json.RawMessage) problem {
	switch {
	case present(keys["fault"]):
		return faultProblem(keys["fault"])
	case present(keys["ErrorCode"]):
		return keyProblem(keys)
	case present(keys["error"]):
		return errorProblem(keys)
	}
	return envelopeProblem(keys)
}

// wireProblem is one error object in any of the spellings. Go matches keys
// regardless of case, so that subcode and subCode, errorid and errorId land in
// the same field.
type wireProblem struct {
	Code        looseInt  `json:"code"`
	SubCode     looseText `json:"subCode"`
	Message     looseText `json:"message"`
	Description looseText `json:"description"`
	ErrorID     looseText `json:"errorId"`
}

func (w wireProblem) problem(s shape) problem {
	message := string(w.Message)
	if message == "" {
		message = string(w.Description)
	}
	return problem{shape: s, code: int(w.Code), subCode: string(w.SubCode), message: message, errorID: string(w.ErrorID)}
}

// envelopeProblem reads status and errors, and `_status` of native v3 answers
// (C# demo).
func envelopeProblem(keys map[string]json.RawMessage) problem {
	var status wireProblem
	for _, key := range []string{"status", "_status"} {
		if present(keys[key]) {
			_ = json.Unmarshal(keys[key], &status) // a string is the gateway's; see errorProblem
		}
	}
	for _, key := range []string{"subcode", "subCode"} {
		if status.SubCode == "" && present(keys[key]) {
			_ = json.Unmarshal(keys[key], &status.SubCode)
		}
	}
	p := status.problem(shapeEnvelope)
	if reportsErrors(keys["errors"]) {
		var list oneOrMany[wireProblem]
		_ = json.Unmarshal(keys["errors"], &list)
		if len(list) > 0 {
			p = mergeProblems(list[0].problem(shapeEnvelope), p)
		}
		return p
	}
	if p.code < 300 && p.subCode == "" {
		return problem{}
	}
	return p
}

// reportsErrors tells whether `errors` holds something, if only in a form that
// is not known.
func reportsErrors(raw json.RawMessage) bool {
	trimmed := strings.TrimSpace(string(raw))
	return present(raw) && trimmed != "[]" && trimmed != "{}" && trimmed != `""` && trimmed != "false"
}

// mergeProblems fills what the first lacks from the second.
func mergeProblems(p, other problem) problem {
	if p.code == 0 {
		p.code = other.code
	}
	if p.subCode == "" {
		p.subCode = other.subCode
	}
	if p.message == "" {
		p.message = other.message
	}
	if p.errorID == "" {
		p.errorID = other.errorID
	}
	return p
}

// errorProblem reads {"error":{…}}, and {"error":"word"} of plain OAuth
// (inferred: v3 error bodies are unknown).
func errorProblem(keys map[string]json.RawMessage) problem {
	var word looseText
	if json.Unmarshal(keys["error"], &word) == nil && word != "" {
		p := problem{shape: shapeError, subCode: string(word)}
		if raw := keys["error_description"]; present(raw) {
			var text looseText
			_ = json.Unmarshal(raw, &text)
			p.message = string(text)
		}
		return p
	}
	var w wireProblem
	_ = json.Unmarshal(keys["error"], &w)
	return w.problem(shapeError)
}

// keyProblem reads {"ErrorCode":…,"Error":…,"Hint":…}.
func keyProblem(keys map[string]json.RawMessage) problem {
	var code, text, hint looseText
	_ = json.Unmarshal(keys["ErrorCode"], &code)
	if present(keys["Error"]) {
		_ = json.Unmarshal(keys["Error"], &text)
	}
	if present(keys["Hint"]) {
		_ = json.Unmarshal(keys["Hint"], &hint)
	}
	return problem{shape: shapeKeyError, subCode: string(code), message: string(text), hint: string(hint)}
}

// faultProblem reads the gateway's fault; `detail.errorcode` is known from
// Apigee's documentation only (inferred).
func faultProblem(raw json.RawMessage) problem {
	var fault struct {
		FaultString looseText `json:"faultstring"`
		Detail      struct {
			ErrorCode looseText `json:"errorcode"`
		} `json:"detail"`
	}
	_ = json.Unmarshal(raw, &fault)
	return problem{shape: shapeFault, message: string(fault.FaultString), subCode: string(fault.Detail.ErrorCode)}
}

// present tells whether a key was there and not null.
func present(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && !bytes.Equal(raw, []byte("null"))
}

// looseText is a string, or the text of a number; anything else is "". An
// error body must never fail to decode.
type looseText string

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (t *looseText) UnmarshalJSON(data []byte) error {
	*t = ""
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = looseText(s)
		return nil
	}
	var n json.Number
	if json.Unmarshal(data, &n) == nil {
		*t = looseText(n)
	}
	return nil
}

// looseInt is a number, also in quotes; anything else is 0.
type looseInt int

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (i *looseInt) UnmarshalJSON(data []byte) error {
	*i = 0
	if n, err := strconv.Atoi(strings.Trim(string(data), `"`)); err == nil {
		*i = looseInt(n)
	}
	return nil
}
