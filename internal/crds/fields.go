package crds

import (
	"encoding/json"
	"reflect"
	"strings"
)

// schema is the part of an OpenAPI schema that says which fields there are.
type schema struct {
	Properties           map[string]schema `json:"properties"`
	Items                *schema           `json:"items"`
	AdditionalProperties *schema           `json:"additionalProperties"`
	PreserveUnknown      bool              `json:"x-kubernetes-preserve-unknown-fields"`
}

// UnmarshalJSON takes additionalProperties for none where it is a mere true or false.
func (s *schema) UnmarshalJSON(text []byte) error {
	type plain schema
	var read struct {
		plain
		AdditionalProperties json.RawMessage `json:"additionalProperties"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*s = schema(read.plain)
	if len(read.AdditionalProperties) > 0 && read.AdditionalProperties[0] == '{' {
		s.AdditionalProperties = &schema{}
		return json.Unmarshal(read.AdditionalProperties, s.AdditionalProperties)
	}
	return nil
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// missing lists the fields of a Go type that a schema doesn't have, by their path; of a field that is missing, not
// what is in it.
func missing(path string, of reflect.Type, in schema) []string {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	// A type that writes itself, such as a duration, is one value to the API server.
	if in.PreserveUnknown || reflect.PointerTo(of).Implements(marshaler) {
		return nil
	}
	switch of.Kind() {
	case reflect.Slice:
		if in.Items != nil {
			return missing(path, of.Elem(), *in.Items)
		}
	case reflect.Map:
		if in.AdditionalProperties != nil {
			return missing(path, of.Elem(), *in.AdditionalProperties)
		}
	case reflect.Struct:
		return missingOf(path, of, in)
	default: // a plain value
	}
	return nil
}

func missingOf(path string, of reflect.Type, in schema) (absent []string) {
	for field := range of.Fields() {
		name, flags, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.Contains(flags, "inline") {
			absent = append(absent, missing(path, field.Type, in)...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		known, ok := in.Properties[name]
		if !ok {
			absent = append(absent, path+name)
			continue
		}
		absent = append(absent, missing(path+name+".", field.Type, known)...)
	}
	return absent
}
