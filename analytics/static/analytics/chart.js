/** Draws one chart by ECharts from the page's own data; the table below it says the same, so a chart that fails costs nothing. */

function optionOf(told, colour, ink) {
  const labels = { type: "category", data: told.labels, axisLabel: { color: ink, hideOverlap: true } };
  const lying = told.shape !== "days";
  const values = {
    type: "value",
    minInterval: told.unit ? undefined : 1,
    max: told.most ?? undefined,
    axisLabel: { color: ink },
    name: told.unit,
    nameTextStyle: { color: ink },
    ...(lying ? { nameLocation: "middle", nameGap: 26 } : {}),
  };
  return {
    animation: false,
    color: [colour],
    grid: { left: 8, right: 16, top: told.unit && !lying ? 32 : 16, bottom: told.unit && lying ? 28 : 8, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: lying ? values : labels,
    yAxis: lying ? { ...labels, inverse: true } : values,
    series: [{ type: lying ? "bar" : "line", data: told.amounts, symbolSize: 4, barMaxWidth: 28 }],
  };
}

export function connect(element) {
  const told = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = style.getPropertyValue("--zx-blue").trim() || "#1f5fa8";
  const ink = style.getPropertyValue("--zx-muted").trim() || "#555";
  const chart = window.echarts.init(element, null, { renderer: "svg" });
  chart.setOption(optionOf(told, colour, ink));
  const resize = () => chart.resize();
  const print = () => {
    // On paper nobody can unfold the table.
    element.parentElement.querySelector("details")?.setAttribute("open", "");
    chart.resize();
  };
  window.addEventListener("resize", resize);
  window.addEventListener("beforeprint", print);
  return () => {
    window.removeEventListener("resize", resize);
    window.removeEventListener("beforeprint", print);
    chart.dispose();
  };
}
