// Package rightstest runs the operator with the rights that the chart gives it, and no others, and has it do everything
// that it can do: what it is refused is a right that is missing, and what it never asks for is one too many.
package rightstest
