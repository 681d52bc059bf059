local suspended = obj.spec.suspend == true
return {
  ["sync-now"] = { disabled = suspended },
  ["suspend"] = { disabled = suspended },
  ["resume"] = { disabled = not suspended },
}
